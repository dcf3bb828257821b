import assert from "node:assert/strict";
import { test } from "node:test";
import { applyArgument, ignoreArgument, type Ask, type Asked } from "../src/asking";

const asked: Asked = {
  uri: "file:///w/b2.py",
  key: ["MF101", "b2", "users.tier", 0],
  plan: 1,
  needs: [
    { key: "users.tier", kind: "value", question: "What is it for old rows?", suggestion: "'free'" },
    { key: "users.email", kind: "where", question: "Which rows count?", suggestion: "" },
  ],
};

function answering(...answers: (string | undefined)[]): { ask: Ask; questions: [string, string][] } {
  const questions: [string, string][] = [];
  const ask: Ask = async (question, suggestion) => {
    questions.push([question, suggestion]);
    return answers[questions.length - 1];
  };
  return { ask, questions };
}

test("every question is asked with its suggestion, and the answers go by kind", async () => {
  const { ask, questions } = answering(" 'gold' ", "deleted_at IS NULL");
  assert.deepEqual(await applyArgument(asked, ask), {
    uri: asked.uri,
    key: asked.key,
    plan: 1,
    values: { "users.tier": "'gold'" },
    wheres: { "users.email": "deleted_at IS NULL" },
  });
  assert.deepEqual(questions, [
    ["What is it for old rows? (users.tier)", "'free'"],
    ["Which rows count? (users.email)", ""],
  ]);
});

test("turning away from a question applies nothing and asks no more", async () => {
  const { ask, questions } = answering(undefined);
  assert.equal(await applyArgument(asked, ask), undefined);
  assert.equal(questions.length, 1);
});

test("an empty answer is no answer", async () => {
  const said: (string | undefined)[] = [];
  await ignoreArgument(asked, async (_question, _suggestion, problem) => {
    said.push(problem("  "), problem("three rows"));
    return undefined;
  });
  assert.deepEqual(said, ["An answer is needed; Escape gives up.", undefined]);
});

test("the reason goes with the finding's key", async () => {
  const { ask } = answering("three rows ");
  assert.deepEqual(await ignoreArgument(asked, ask), { uri: asked.uri, key: asked.key, reason: "three rows" });
});
