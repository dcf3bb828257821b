// Small answers about text and folders, apart from VS Code so that they can be tested without it.

import { dirname, relative, isAbsolute } from "node:path";

/** The folders to look for an environment in: from the document's up to its workspace folder, then the other ones. */
export function foldersOf(document: string | undefined, workspace: readonly string[]): string[] {
  const home = document && workspace.find((folder) => inside(document, folder));
  if (!document || !home) return [...workspace];
  const found: string[] = [];
  for (let folder = dirname(document); inside(folder, home); folder = dirname(folder)) found.push(folder);
  return [...found, home, ...workspace.filter((folder) => folder !== home)];
}

function inside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith("../") && !way.startsWith("..\\") && !isAbsolute(way);
}

/** The last line of what a program wrote before it ended, without click's prefix. */
export function complaint(said: string): string {
  const last = said.trim().split(/\r?\n/).at(-1) ?? "";
  return last.replace(/^(Error|migfix): /, "");
}
