// What VS Code calls: commands, and when the server starts anew.

import * as vscode from "vscode";
import { applyArgument, ignoreArgument, type Ask, type Asked } from "./asking";
import { onOtherInterpreter } from "./python";
import { Server } from "./server";
import { Status } from "./status";
import { Texts, type Shown } from "./texts";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("migfix", { log: true });
  const status = new Status();
  const texts = new Texts();
  const running = (server = new Server(log, status, texts));
  context.subscriptions.push(log, status, texts, ...commands(running, texts, log), restarts(running));
  context.subscriptions.push(await onOtherInterpreter(() => void running.restart()));
  await running.restart();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

function restarts(running: Server): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration("migfix.path")) void running.restart();
  });
}

function commands(running: Server, texts: Texts, log: vscode.LogOutputChannel): vscode.Disposable[] {
  const on = (name: string, action: (...args: never[]) => unknown) => vscode.commands.registerCommand(`migfix.${name}`, action);
  return [
    on("restart", () => running.restart()),
    on("showLog", () => log.show()),
    on("applyAllSafe", () => onRevision((uri) => running.run("migfix.applyAll", { uri, review: false }))),
    on("previewRevision", () => onRevision(async (uri) => shown(texts, await running.run<Shown>("migfix.preview", { uri, review: true })))),
    on("explainHere", () => onRevision(() => explainHere(running, texts))),
    on("askAndApply", (asked: Asked) => answered(applyArgument(asked, ask), (given) => running.run("migfix.applyPlan", given))),
    on("askAndIgnore", (asked: Asked) => answered(ignoreArgument(asked, ask), (given) => running.run("migfix.ignore", given))),
  ];
}

async function onRevision(action: (uri: string) => unknown): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.uri.scheme !== "file" || document.languageId !== "python") {
    void vscode.window.showInformationMessage("migfix: open an Alembic revision first.");
    return;
  }
  await action(document.uri.toString());
}

async function shown(texts: Texts, answer: Shown | undefined): Promise<void> {
  if (answer) await texts.show(answer);
}

/** Explains the finding under the cursor. */
async function explainHere(running: Server, texts: Texts): Promise<void> {
  const editor = vscode.window.activeTextEditor!;
  const mine = vscode.languages.getDiagnostics(editor.document.uri).filter((d) => d.source === "migfix" && d.code !== undefined);
  const here = mine.find((d) => d.range.contains(editor.selection.active)) ?? mine.find((d) => d.range.start.line === editor.selection.active.line);
  if (!here) {
    void vscode.window.showInformationMessage("migfix: nothing is found on this line; put the cursor on an underlined one.");
    return;
  }
  const code = typeof here.code === "object" ? here.code.value : here.code;
  const key = (here as { data?: { key?: unknown } }).data?.key;
  await shown(texts, await running.run<Shown>("migfix.explain", { uri: editor.document.uri.toString(), code, ...(key ? { key } : {}) }));
}

async function answered(question: Promise<object | undefined>, then: (given: object) => unknown): Promise<void> {
  const given = await question;
  if (given) await then(given);
}

const ask: Ask = async (prompt, value, validateInput) =>
  vscode.window.showInputBox({ title: "migfix", prompt, value, validateInput, ignoreFocusOut: true });
