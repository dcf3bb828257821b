import assert from "node:assert/strict";
import { test } from "node:test";
import { find, installLine, type Machine, type Workspace } from "../src/environment";

function machine(files: string[], change: Partial<Machine> = {}): Machine {
  const runnable = new Set(files);
  return { platform: "linux", searchPath: "/usr/bin:/usr/local/bin", home: "/home/ada", runs: (p) => runnable.has(p), ...change };
}

const workspace = (change: Partial<Workspace> = {}): Workspace => ({ setting: "", folders: ["/w/shop"], ...change });

const everywhere = [
  "/opt/migfix",
  "/envs/shop/bin/migfix",
  "/envs/shop/bin/python",
  "/w/shop/.venv/bin/migfix",
  "/w/shop/venv/bin/migfix",
  "/usr/bin/migfix",
];

test("the setting wins over all else", () => {
  const asked = workspace({ setting: "/opt/migfix", interpreter: "/envs/shop/bin/python" });
  assert.deepEqual(find(asked, machine(everywhere)), { program: "/opt/migfix", because: "the setting migfix.path" });
});

test("a setting that names no program is said, not passed over", () => {
  assert.deepEqual(find(workspace({ setting: "/opt/gone" }), machine(everywhere)), {
    message: "The setting migfix.path says /opt/gone, and that is no program that can be run.",
    install: 'python3 -m pip install "migfix[lsp]"',
  });
});

test("a relative setting counts from the workspace's folders, a bare name from PATH", () => {
  const here = machine(["/w/shop/tools/migfix", "/usr/local/bin/migfix2"]);
  assert.equal(program(find(workspace({ setting: "tools/migfix" }), here)), "/w/shop/tools/migfix");
  assert.equal(program(find(workspace({ setting: "migfix2" }), here)), "/usr/local/bin/migfix2");
});

test("a setting may say ~ and ${workspaceFolder}", () => {
  const here = machine(["/home/ada/bin/migfix", "/w/shop/.tox/bin/migfix"]);
  assert.equal(program(find(workspace({ setting: "~/bin/migfix" }), here)), "/home/ada/bin/migfix");
  const nested = workspace({ setting: "${workspaceFolder}/.tox/bin/migfix", folders: ["/w/shop/alembic/versions", "/w/shop"] });
  assert.equal(program(find(nested, here)), "/w/shop/.tox/bin/migfix");
});

test("the chosen interpreter's environment comes before the folder's", () => {
  assert.deepEqual(find(workspace({ interpreter: "/envs/shop/bin/python" }), machine(everywhere)), {
    program: "/envs/shop/bin/migfix",
    because: "the interpreter chosen for Python",
    python: "/envs/shop/bin/python",
  });
});

test("the Python extension may name the environment's folder", () => {
  assert.equal(program(find(workspace({ interpreter: "/envs/shop" }), machine(everywhere))), "/envs/shop/bin/migfix");
});

test("an interpreter without migfix leaves the turn to .venv, then venv", () => {
  const asked = workspace({ interpreter: "/usr/bin/python3.12" });
  assert.equal(because(find(asked, machine(everywhere.slice(3, 5)))), ".venv of /w/shop");
  assert.equal(because(find(asked, machine(everywhere.slice(4, 5)))), "venv of /w/shop");
});

test("a nearer folder's environment comes first", () => {
  const asked = workspace({ folders: ["/w/shop/backend", "/w/shop"] });
  const here = machine(["/w/shop/.venv/bin/migfix", "/w/shop/backend/venv/bin/migfix"]);
  assert.equal(program(find(asked, here)), "/w/shop/backend/venv/bin/migfix");
});

test("PATH is the last resort", () => {
  assert.equal(because(find(workspace(), machine(["/usr/local/bin/migfix"]))), "PATH");
});

test("when there is none, the answer says where it was looked for and installs into the project's environment", () => {
  const answer = find(workspace({ interpreter: "/envs/bare/bin/python" }), machine(["/w/shop/.venv/bin/python"]));
  assert.deepEqual(answer, {
    message: "migfix is not installed where it was looked for: /envs/bare/bin/python, .venv, venv, PATH.",
    install: '/w/shop/.venv/bin/python -m pip install "migfix[lsp]"',
  });
});

test("a window without a folder is searched too", () => {
  assert.deepEqual(find(workspace({ folders: [] }), machine([])), {
    message: "migfix is not installed where it was looked for: PATH.",
    install: 'python3 -m pip install "migfix[lsp]"',
  });
});

test("on Windows programs are in Scripts, and conda's interpreter stands above it", () => {
  const windows = machine(["C:\\conda\\Scripts\\migfix.exe", "C:\\w\\.venv\\Scripts\\migfix.exe", "C:\\bin\\migfix.exe"], {
    platform: "win32",
    searchPath: "C:\\windows;C:\\bin",
  });
  const asked = (change: Partial<Workspace>) => program(find(workspace({ folders: [], ...change }), windows));
  assert.equal(asked({ interpreter: "C:\\conda\\python.exe" }), "C:\\conda\\Scripts\\migfix.exe");
  assert.equal(asked({ folders: ["C:\\w"] }), "C:\\w\\.venv\\Scripts\\migfix.exe");
  assert.equal(asked({}), "C:\\bin\\migfix.exe");
});

test("the line to install with is quoted where the interpreter's path has spaces", () => {
  assert.equal(installLine("/my envs/bin/python", "linux"), `'/my envs/bin/python' -m pip install "migfix[lsp]"`);
  assert.equal(installLine("C:\\my envs\\python.exe", "win32"), `& "C:\\my envs\\python.exe" -m pip install "migfix[lsp]"`);
});

const program = (answer: object) => (answer as { program?: string }).program;
const because = (answer: object) => (answer as { because?: string }).because;
