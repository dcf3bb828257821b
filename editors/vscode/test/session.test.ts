// The real server, started with the program that is found here, and spoken to as VS Code speaks to it.

import assert from "node:assert/strict";
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import * as lsp from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { applyArgument, clientCommands, ignoreArgument, type Asked } from "../src/asking";
import { find, isFound } from "../src/environment";
import { thisMachine } from "../src/machine";
import { FIRST, SECOND } from "./shop";

const found = find({ setting: process.env.MIGFIX ?? "", folders: [resolve("../..")] }, thisMachine);
assert.ok(isFound(found), "migfix is not installed: make setup");
const program = found.program;

const root = mkdtempSync(join(tmpdir(), "migfix-vscode-"));
const file = join(root, "migrations", "versions", "b2_indexes.py");
const uri = pathToFileURL(file).toString();
let server: ChildProcess;
let connection: lsp.ProtocolConnection;
let document: TextDocument;

before(async () => {
  makeProject(root);
  server = spawn(program, ["lsp"], { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
  connection = lsp.createProtocolConnection(new lsp.StreamMessageReader(server.stdout!), new lsp.StreamMessageWriter(server.stdin!));
  connection.onRequest(lsp.RegistrationRequest.type, () => undefined);
  connection.onRequest(lsp.ConfigurationRequest.type, ({ items }) => items.map(() => ({})));
  connection.onRequest(lsp.DiagnosticRefreshRequest.type, () => undefined);
  connection.onRequest(lsp.CodeLensRefreshRequest.type, () => undefined);
  connection.onRequest(lsp.InlayHintRefreshRequest.type, () => undefined);
  connection.onRequest(lsp.ApplyWorkspaceEditRequest.type, ({ edit }) => ({ applied: edited(edit) }));
  connection.listen();
  await connection.sendRequest(lsp.InitializeRequest.type, {
    processId: process.pid,
    rootUri: pathToFileURL(root).toString(),
    workspaceFolders: [{ uri: pathToFileURL(root).toString(), name: "shop" }],
    capabilities: capabilities(),
    initializationOptions: { clientCommands, codeLens: true, inlayHints: true },
  });
  await connection.sendNotification(lsp.InitializedNotification.type, {});
  await open(SECOND);
});

after(async () => {
  await connection.sendRequest(lsp.ShutdownRequest.type);
  const ended = new Promise((done) => server.once("exit", done));
  await connection.sendNotification(lsp.ExitNotification.type);
  assert.equal(await ended, 0);
  connection.dispose();
  rmSync(root, { recursive: true });
});

test("findings are pulled, with places after text that is not ASCII", async () => {
  const items = await diagnostics();
  assert.deepEqual(items.map((d) => d.code), ["MF201", "MF201", "MF101"]);
  assert.equal(document.getText(items[0]!.range), 'op.create_index("ix_users_email", "users", ["email"])');
});

test("a quick fix is resolved, and its edit is what apply writes", async () => {
  const all = await actions("source.fixAll.migfix");
  assert.deepEqual(all.map((a) => a.title), ["migfix: apply all safe rewrites of this revision"]);
  assert.equal(all[0]!.edit, undefined);
  const resolved = await connection.sendRequest(lsp.CodeActionResolveRequest.type, all[0]!);
  assert.ok(edited(resolved.edit!));
  assert.equal(document.getText(), appliedByCommandLine());
  assert.deepEqual((await diagnostics()).map((d) => d.code), ["MF101"]);
  await open(SECOND);
});

test("a value that is asked for goes into the rewrite", async () => {
  const action = (await actions("quickfix")).find((a) => a.command?.command === "migfix.askAndApply")!;
  const asked = action.command!.arguments![0] as Asked;
  const given = await applyArgument(asked, async () => "'free'");
  assert.deepEqual(await execute("migfix.applyPlan", given!), { applied: true });
  assert.equal(document.getText(), appliedByCommandLine("--review", "--value", "users.tier='free'", "--select", "MF101"));
  assert.deepEqual((await diagnostics()).map((d) => d.code), ["MF201", "MF201"]);
  await open(SECOND);
});

test("a reason that is asked for goes into the comment", async () => {
  const action = (await actions("quickfix")).find((a) => a.command?.command === "migfix.askAndIgnore")!;
  const given = await ignoreArgument(action.command!.arguments![0] as Asked, async () => "three rows, für immer");
  assert.deepEqual(await execute("migfix.ignore", given!), { applied: true });
  assert.match(document.getText(), /# migfix: ignore\[MF201\] -- three rows, für immer/);
  await open(SECOND);
});

test("preview and explain answer with a text to show", async () => {
  const preview = (await execute("migfix.preview", { uri, review: true })) as { name: string; language: string; text: string };
  assert.deepEqual([preview.name, preview.language], ["b2_indexes.diff", "diff"]);
  assert.match(preview.text, /^\+.*postgresql_concurrently=True/m);
  assert.equal(document.getText(), SECOND);
  const page = (await execute("migfix.explain", { code: "MF201", uri })) as { language: string; text: string };
  assert.deepEqual([page.language, page.text.split("\n")[0]], ["markdown", "# MF201 create-index"]);
});

test("code lens and inlay hints come when they are switched on", async () => {
  const lenses = (await connection.sendRequest(lsp.CodeLensRequest.type, { textDocument: { uri } })) ?? [];
  assert.deepEqual([...new Set(lenses.map((l) => l.range.start.line))], [8]);
  assert.ok(lenses.some((l) => l.command?.command === "migfix.preview"));
  const range = { start: { line: 0, character: 0 }, end: { line: document.lineCount, character: 0 } };
  const hints = (await connection.sendRequest(lsp.InlayHintRequest.type, { textDocument: { uri }, range })) ?? [];
  assert.ok(hints.length > 0);
});

function makeProject(folder: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const git = (...args: string[]) => execFileSync("git", ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@example.org", ...args]);
  git("init", "-q", "-b", "main");
  git("commit", "-q", "--allow-empty", "-m", "nothing");
  writeFileSync(join(folder, "alembic.ini"), "[alembic]\nscript_location = migrations\n");
  writeFileSync(join(folder, "migrations", "env.py"), "");
  writeFileSync(join(dirname(file), "a1_tables.py"), FIRST);
  writeFileSync(file, SECOND);
}

/** What `migfix apply` makes of the second revision, in a project of its own. */
function appliedByCommandLine(...args: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "migfix-apply-"));
  try {
    const [home, mine] = [dirname(join(folder, "migrations", "versions", "x")), join(folder, "migrations", "versions", "b2_indexes.py")];
    mkdirSync(home, { recursive: true });
    for (const name of ["alembic.ini", "migrations/env.py", "migrations/versions/a1_tables.py"])
      writeFileSync(join(folder, name), readFileSync(join(root, name)));
    writeFileSync(mine, SECOND);
    run(["apply", "--yes", ...args, mine], folder);
    return readFileSync(mine, "utf8");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Exit code 1 only says that something is left to do. */
function run(args: string[], cwd: string): void {
  try {
    execFileSync(program, args, { cwd, stdio: "pipe" });
  } catch (error) {
    if ((error as { status?: number }).status !== 1) throw error;
  }
}

async function open(text: string): Promise<void> {
  if (document) await connection.sendNotification(lsp.DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  document = TextDocument.create(uri, "python", 1, text);
  const item = { uri, languageId: "python", version: 1, text };
  await connection.sendNotification(lsp.DidOpenTextDocumentNotification.type, { textDocument: item });
}

async function diagnostics(): Promise<lsp.Diagnostic[]> {
  const report = await connection.sendRequest(lsp.DocumentDiagnosticRequest.type, { textDocument: { uri } });
  return (report as lsp.RelatedFullDocumentDiagnosticReport).items;
}

async function actions(kind: string): Promise<lsp.CodeAction[]> {
  const range = { start: { line: 0, character: 0 }, end: { line: document.lineCount, character: 0 } };
  const context = { diagnostics: await diagnostics(), only: [kind] };
  const answer = await connection.sendRequest(lsp.CodeActionRequest.type, { textDocument: { uri }, range, context });
  return (answer ?? []) as lsp.CodeAction[];
}

const execute = (command: string, argument: object): Promise<unknown> =>
  connection.sendRequest(lsp.ExecuteCommandRequest.type, { command, arguments: [argument] });

/** Applies an edit to the open document and tells the server, as an editor does; false when the versions differ. */
function edited(edit: lsp.WorkspaceEdit): boolean {
  assert.equal(edit.changes, undefined);
  for (const part of edit.documentChanges ?? []) {
    if (!lsp.TextDocumentEdit.is(part) || part.textDocument.uri !== uri || part.textDocument.version !== document.version) return false;
    const text = TextDocument.applyEdits(document, part.edits as lsp.TextEdit[]);
    document = TextDocument.create(uri, "python", document.version + 1, text);
  }
  const textDocument = { uri, version: document.version };
  void connection.sendNotification(lsp.DidChangeTextDocumentNotification.type, { textDocument, contentChanges: [{ text: document.getText() }] });
  return true;
}

/** What vscode-languageclient declares, as far as the server asks. */
function capabilities(): lsp.ClientCapabilities {
  return {
    general: { positionEncodings: ["utf-16"] },
    workspace: {
      applyEdit: true,
      workspaceEdit: { documentChanges: true, resourceOperations: ["create", "rename", "delete"] },
      configuration: true,
      didChangeWatchedFiles: { dynamicRegistration: true },
      didChangeConfiguration: { dynamicRegistration: true },
      codeLens: { refreshSupport: true },
      diagnostics: { refreshSupport: true },
      inlayHint: { refreshSupport: true },
    },
    window: { showDocument: { support: true }, workDoneProgress: true },
    textDocument: {
      diagnostic: { dynamicRegistration: true, relatedDocumentSupport: false },
      publishDiagnostics: { relatedInformation: true, versionSupport: false, codeDescriptionSupport: true, dataSupport: true },
      codeAction: {
        dynamicRegistration: true,
        isPreferredSupport: true,
        disabledSupport: true,
        dataSupport: true,
        resolveSupport: { properties: ["edit"] },
        codeActionLiteralSupport: { codeActionKind: { valueSet: ["", "quickfix", "refactor", "refactor.rewrite", "source"] } },
      },
      hover: { contentFormat: ["markdown", "plaintext"] },
      inlayHint: { dynamicRegistration: true },
    },
  };
}
