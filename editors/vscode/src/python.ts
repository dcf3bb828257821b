// The interpreter that the Python extension has chosen, if there is one.

import * as vscode from "vscode";

interface Environments {
  getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
  resolveEnvironment(path: { path: string }): Promise<{ executable: { uri?: vscode.Uri } } | undefined>;
  onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
}

/** The chosen interpreter, or the folder of its environment; undefined without the extension or a choice. */
export async function chosenInterpreter(resource: vscode.Uri | undefined): Promise<string | undefined> {
  const environments = await pythonEnvironments();
  if (!environments) return undefined;
  const chosen = environments.getActiveEnvironmentPath(resource);
  const resolved = await environments.resolveEnvironment(chosen).catch(() => undefined);
  return resolved?.executable.uri?.fsPath ?? chosen.path;
}

/** Calls back when another interpreter is chosen. */
export async function onOtherInterpreter(then: () => void): Promise<vscode.Disposable> {
  const environments = await pythonEnvironments();
  return environments ? environments.onDidChangeActiveEnvironmentPath(then) : new vscode.Disposable(() => undefined);
}

async function pythonEnvironments(): Promise<Environments | undefined> {
  const extension = vscode.extensions.getExtension<{ environments?: Environments }>("ms-python.python");
  if (!extension) return undefined;
  try {
    return (await extension.activate()).environments;
  } catch {
    return undefined; // A broken Python extension must not keep migfix from being found in .venv.
  }
}
