import assert from "node:assert/strict";
import { test } from "node:test";
import { complaint, foldersOf } from "../src/reading";

test("folders go from the document up to its workspace folder, then the other ones", () => {
  const found = foldersOf("/w/shop/backend/alembic/b2.py", ["/w/docs", "/w/shop"]);
  assert.deepEqual(found, ["/w/shop/backend/alembic", "/w/shop/backend", "/w/shop", "/w/docs"]);
});

test("a document outside the workspace adds no folder", () => {
  assert.deepEqual(foldersOf("/elsewhere/b2.py", ["/w/shop"]), ["/w/shop"]);
  assert.deepEqual(foldersOf("/w/shopping/b2.py", ["/w/shop"]), ["/w/shop"]);
  assert.deepEqual(foldersOf(undefined, []), []);
});

test("the complaint is the last line of what the server wrote", () => {
  assert.equal(complaint('Traceback …\r\nmigfix: the language server is an extra\r\n'), "the language server is an extra");
  assert.equal(complaint(""), "");
});
