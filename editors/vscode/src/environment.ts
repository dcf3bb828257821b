// Where migfix is: which program the server is started with. Nothing here knows VS Code or touches a disk by itself.

import { posix, win32 } from "node:path";

/** What is asked of the machine. */
export interface Machine {
  platform: NodeJS.Platform;
  /** The file exists and may be run. */
  runs(path: string): boolean;
  /** The variable PATH. */
  searchPath: string;
  /** The person's own directory. */
  home: string;
}

/** What is known of the workspace. `folders` come most wanted first: the open document's folder before its parents. */
export interface Workspace {
  /** The setting `migfix.path`. */
  setting: string;
  /** The interpreter that the Python extension has chosen, or its environment's folder. */
  interpreter?: string;
  folders: readonly string[];
}

export interface Found {
  program: string;
  /** In words, for the status item. */
  because: string;
  /** The interpreter of the same environment, where one stands beside the program. */
  python?: string;
}

/** Why there is none: what was looked at, and what to do. */
export interface Missing {
  message: string;
  install: string;
}

export const EXTRA = "migfix[lsp]";

/** The setting, the chosen interpreter's environment, `.venv` and `venv` of the folders, then PATH. */
export function find(workspace: Workspace, machine: Machine): Found | Missing {
  if (workspace.setting) return fromSetting(workspace, machine);
  return fromInterpreter(workspace, machine) ?? fromFolders(workspace, machine) ?? fromPath(machine) ?? missing(workspace, machine);
}

export function isFound(answer: Found | Missing): answer is Found {
  return "program" in answer;
}

/** The line that installs the server into the environment of `python`. */
export function installLine(python: string | undefined, platform: NodeJS.Platform): string {
  const fallback = platform === "win32" ? "py" : "python3";
  return `${quoted(python ?? fallback, platform)} -m pip install "${EXTRA}"`;
}

function fromSetting(workspace: Workspace, machine: Machine): Found | Missing {
  const tried = settingPlaces(workspace, machine);
  const program = tried.find((path) => machine.runs(path));
  if (program) return found(program, "the setting migfix.path", machine);
  return {
    message: `The setting migfix.path says ${workspace.setting}, and that is no program that can be run.`,
    install: installLine(workspace.interpreter, machine.platform),
  };
}

function settingPlaces(workspace: Workspace, machine: Machine): string[] {
  const first = workspace.folders[workspace.folders.length - 1] ?? "";
  const said = workspace.setting.replace(/^~(?=[\\/])/, machine.home).replaceAll("${workspaceFolder}", first);
  if (paths(machine).isAbsolute(said)) return [said];
  if (!/[\\/]/.test(said)) return onPath(machine, said);
  return workspace.folders.map((folder) => join(machine, folder, said));
}

function fromInterpreter({ interpreter }: Workspace, machine: Machine): Found | undefined {
  if (!interpreter) return undefined;
  const places = [...inEnvironment(machine, interpreter), ...beside(machine, interpreter)];
  const program = places.find((path) => machine.runs(path));
  return program ? found(program, "the interpreter chosen for Python", machine) : undefined;
}

function fromFolders({ folders }: Workspace, machine: Machine): Found | undefined {
  for (const folder of folders)
    for (const name of [".venv", "venv"])
      for (const program of inEnvironment(machine, join(machine, folder, name)))
        if (machine.runs(program)) return found(program, `${name} of ${folder}`, machine);
  return undefined;
}

function fromPath(machine: Machine): Found | undefined {
  const program = onPath(machine, "migfix").find((path) => machine.runs(path));
  return program ? found(program, "PATH", machine) : undefined;
}

function missing(workspace: Workspace, machine: Machine): Missing {
  const asked = [workspace.interpreter, workspace.folders.length ? ".venv, venv" : "", "PATH"].filter(Boolean);
  const python = workspace.interpreter && machine.runs(workspace.interpreter) ? workspace.interpreter : undefined;
  return {
    message: `migfix is not installed where it was looked for: ${asked.join(", ")}.`,
    install: installLine(python ?? projectPython(workspace, machine), machine.platform),
  };
}

/** The interpreter of the workspace's own environment, which has no migfix yet. */
function projectPython({ folders }: Workspace, machine: Machine): string | undefined {
  const environments = folders.flatMap((folder) => [".venv", "venv"].map((name) => join(machine, folder, name)));
  return environments.map((e) => join(machine, e, scripts(machine), executable(machine, "python"))).find((p) => machine.runs(p));
}

function found(program: string, because: string, machine: Machine): Found {
  const python = join(machine, paths(machine).dirname(program), executable(machine, "python"));
  return machine.runs(python) ? { program, because, python } : { program, because };
}

/** Programs of the environment in `folder`. */
function inEnvironment(machine: Machine, folder: string): string[] {
  return [join(machine, folder, scripts(machine), executable(machine, "migfix"))];
}

/** Programs of the environment that `interpreter` belongs to; on Windows it may stand above its Scripts. */
function beside(machine: Machine, interpreter: string): string[] {
  const folder = paths(machine).dirname(interpreter);
  const here = join(machine, folder, executable(machine, "migfix"));
  return machine.platform === "win32" ? [here, ...inEnvironment(machine, folder)] : [here];
}

function onPath(machine: Machine, name: string): string[] {
  const folders = machine.searchPath.split(paths(machine).delimiter).filter(Boolean);
  return folders.map((folder) => join(machine, folder, executable(machine, name)));
}

const paths = ({ platform }: Machine) => (platform === "win32" ? win32 : posix);

const join = (machine: Machine, ...parts: string[]) => paths(machine).join(...parts);

const scripts = ({ platform }: Machine) => (platform === "win32" ? "Scripts" : "bin");

const executable = ({ platform }: Machine, name: string) =>
  platform === "win32" && !name.endsWith(".exe") ? `${name}.exe` : name;

function quoted(program: string, platform: NodeJS.Platform): string {
  if (!/\s/.test(program)) return program;
  return platform === "win32" ? `& "${program}"` : `'${program}'`;
}
