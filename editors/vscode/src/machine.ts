// The machine that this runs on.

import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import type { Machine } from "./environment";

export const thisMachine: Machine = {
  platform: process.platform,
  searchPath: process.env.PATH ?? "",
  home: homedir(),
  runs(path) {
    try {
      accessSync(path, constants.X_OK);
      return statSync(path).isFile();
    } catch {
      return false;
    }
  },
};
