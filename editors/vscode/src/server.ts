// The server's process and its client: started with the program that was found, told plainly when there is none.

import { spawn, type ChildProcess } from "node:child_process";
import { dirname } from "node:path";
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  State,
  type ErrorHandler,
  type LanguageClientOptions,
} from "vscode-languageclient/node";
import { clientCommands } from "./asking";
import { EXTRA, find, installLine, isFound, type Found, type Missing } from "./environment";
import { thisMachine } from "./machine";
import { chosenInterpreter } from "./python";
import { complaint, foldersOf } from "./reading";
import type { Status } from "./status";
import type { Texts } from "./texts";

/** How long a server that was asked to stop may take, in milliseconds. */
const PATIENCE = 3000;

/** How much of standard error is kept, in characters. */
const MUCH = 10_000;

export class Server {
  private client: LanguageClient | undefined;
  private process: ChildProcess | undefined;
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly log: vscode.LogOutputChannel,
    private readonly status: Status,
    private readonly texts: Texts,
  ) {}

  /** Starts it, after stopping the one that runs. Calls wait for each other. */
  restart(): Promise<void> {
    this.turn = this.turn.then(() => this.stopNow()).then(() => this.startNow());
    return this.turn;
  }

  stop(): Promise<void> {
    this.turn = this.turn.then(() => this.stopNow());
    return this.turn;
  }

  /** Runs a command of the server; undefined while there is no server, which is said. */
  async run<Answer>(command: string, argument: object): Promise<Answer | undefined> {
    if (!this.client?.isRunning()) {
      void vscode.window.showWarningMessage("migfix does not run; “migfix: Restart” says why.");
      return undefined;
    }
    return this.client.sendRequest("workspace/executeCommand", { command, arguments: [argument] });
  }

  private async startNow(): Promise<void> {
    this.status.busy("looking for migfix");
    const answer = find(await workspaceNow(), thisMachine);
    if (!isFound(answer)) return this.miss(answer);
    this.log.info(`${answer.program} (${answer.because})`);
    const client: Client = new Client("migfix", "migfix", () => this.spawn(answer), this.options(() => client));
    this.said = "";
    try {
      await client.start();
    } catch (error) {
      await this.failed(answer, error);
      return;
    }
    client.started = true;
    this.client = client;
    this.status.runs(client.initializeResult?.serverInfo?.version ?? "", answer);
    client.onDidChangeState(({ newState }) => this.changed(client, newState, answer));
  }

  /** The client starts a server that died anew, a few times; the status follows. */
  private changed(client: LanguageClient, state: State, answer: Found): void {
    if (client !== this.client) return;
    if (state === State.Running) this.status.runs(client.initializeResult?.serverInfo?.version ?? "", answer);
    if (state === State.Stopped) this.status.failed("it ended; “migfix: Restart” starts it again, the log says more");
  }

  /** What the process wrote on standard error. */
  private said = "";

  private async spawn(answer: Found): Promise<ChildProcess> {
    const child = spawn(answer.program, ["lsp"], { cwd: workingFolder(answer) });
    child.stderr.on("data", (data: Buffer) => (this.said = (this.said + data.toString()).slice(-MUCH)));
    this.process = child;
    await new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject));
    return child;
  }

  private options(client: () => Client): LanguageClientOptions {
    return {
      documentSelector: [{ scheme: "file", language: "python" }],
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      synchronize: { configurationSection: "migfix" },
      initializationOptions: { ...vscode.workspace.getConfiguration("migfix"), clientCommands },
      initializationFailedHandler: () => false,
      errorHandler: onceStarted(client),
      middleware: {
        executeCommand: async (command, args, next) => this.texts.shown(await next(command, args)),
      },
    };
  }

  private async failed(answer: Found, error: unknown): Promise<void> {
    await ended(this.process);
    const said = this.said;
    this.process = undefined;
    const why = complaint(said) || String(error instanceof Error ? error.message : error);
    this.log.error(`${answer.program} lsp: ${said || why}`);
    if (said.includes(EXTRA)) {
      this.miss({
        message: `${answer.program} has no language server yet: it is an extra.`,
        install: installLine(answer.python, process.platform),
      });
      return;
    }
    this.status.failed(why);
    const choice = await vscode.window.showErrorMessage(`migfix did not start: ${why}`, "Show log");
    if (choice) this.log.show();
  }

  private miss(answer: Missing): void {
    this.status.missing(answer);
    this.log.warn(`${answer.message} ${answer.install}`);
    void offerInstall(answer);
  }

  private async stopNow(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    await client?.dispose(PATIENCE).catch((error: unknown) => this.log.warn(String(error)));
    await ended(this.process);
    this.process = undefined;
    this.texts.forget();
  }
}

/** Says nothing of its own about a start that failed: the server's words are shown instead. */
class Client extends LanguageClient {
  started = false;

  override error(message: string, data?: unknown, show?: boolean | "force"): void {
    super.error(message, data, this.started && show);
  }
}

/** A server that ends before it has answered is not started again: the same would happen. */
function onceStarted(client: () => Client): ErrorHandler {
  let handler: ErrorHandler | undefined;
  const usual = () => (handler ??= client().createDefaultErrorHandler());
  return {
    error: (error, message, count) => (client().started ? usual().error(error, message, count) : { action: ErrorAction.Continue, handled: true }),
    closed: () => (client().started ? usual().closed() : { action: CloseAction.DoNotRestart, handled: true }),
  };
}

/** What to do about a server that is not installed; asked once for each start. */
async function offerInstall(answer: Missing): Promise<void> {
  const install = "Install in terminal";
  const settings = "Set migfix.path";
  const choice = await vscode.window.showWarningMessage(`${answer.message} Install it with: ${answer.install}`, install, settings);
  if (choice === install) {
    const terminal = vscode.window.createTerminal("migfix");
    terminal.show();
    terminal.sendText(answer.install, false);
    void vscode.window.showInformationMessage("Press Enter in the terminal to install, then run “migfix: Restart”.");
  } else if (choice === settings) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "migfix.path");
  }
}

async function workspaceNow() {
  const document = vscode.window.activeTextEditor?.document.uri;
  const folders = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
  const setting = vscode.workspace.getConfiguration("migfix", document).get("path", "").trim();
  const interpreter = await chosenInterpreter(document ?? vscode.workspace.workspaceFolders?.[0]?.uri);
  return { setting, interpreter, folders: foldersOf(document?.scheme === "file" ? document.fsPath : undefined, folders) };
}

/** A folder that exists whatever the window has open. */
const workingFolder = (answer: Found) => vscode.workspace.workspaceFolders?.find((f) => f.uri.scheme === "file")?.uri.fsPath ?? dirname(answer.program);

function ended(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    const late = setTimeout(() => child.kill(), PATIENCE);
    child.once("exit", () => {
      clearTimeout(late);
      resolve();
    });
  });
}
