// Questions that only a person can answer: the value for old rows, the reason of an ignore comment.

/** What a plan needs; `suggestion` is what the revision itself says. */
export interface Need {
  key: string;
  kind: "value" | "where";
  question: string;
  suggestion: string;
}

/** The argument of `migfix.askAndApply`. */
export interface Asked {
  uri: string;
  key: readonly unknown[];
  plan: number;
  needs: readonly Need[];
}

/** The commands of this client that the server may put on an action: `initializationOptions.clientCommands`. */
export const clientCommands = ["migfix.askAndApply", "migfix.askAndIgnore"];

/** One question with its suggestion; undefined when the person turned away. */
export type Ask = (question: string, suggestion: string, problem: (answer: string) => string | undefined) => Promise<string | undefined>;

/** Asks for all that a plan needs, in order: the argument of `migfix.applyPlan`, or undefined when a question was turned away. */
export async function applyArgument(asked: Asked, ask: Ask): Promise<object | undefined> {
  const given: Record<Need["kind"], Record<string, string>> = { value: {}, where: {} };
  for (const need of asked.needs) {
    const answer = await ask(`${need.question} (${need.key})`, need.suggestion, isEmpty);
    if (answer === undefined) return undefined;
    given[need.kind][need.key] = answer.trim();
  }
  const { uri, key, plan } = asked;
  return { uri, key, plan, values: given.value, wheres: given.where };
}

/** Asks for the reason: the argument of `migfix.ignore`. */
export async function ignoreArgument(asked: { uri: string; key: readonly unknown[] }, ask: Ask): Promise<object | undefined> {
  const reason = await ask(`Why is ${String(asked.key[0])} no risk here? The reason stands in the comment.`, "", isEmpty);
  return reason === undefined ? undefined : { uri: asked.uri, key: asked.key, reason: reason.trim() };
}

const isEmpty = (answer: string) => (answer.trim() ? undefined : "An answer is needed; Escape gives up.");
