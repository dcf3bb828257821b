// The item in the language status: which migfix runs, or why none does.

import * as vscode from "vscode";
import type { Found, Missing } from "./environment";

export class Status implements vscode.Disposable {
  private readonly item = vscode.languages.createLanguageStatusItem("migfix", { scheme: "file", language: "python" });

  constructor() {
    this.item.name = "migfix";
    this.item.command = { command: "migfix.showLog", title: "Show log" };
  }

  busy(what: string): void {
    this.say(`migfix: ${what}`, "", vscode.LanguageStatusSeverity.Information);
    this.item.busy = true;
  }

  runs(version: string, { program, because }: Found): void {
    this.say(`migfix ${version}`.trim(), `${program} (${because})`, vscode.LanguageStatusSeverity.Information);
  }

  missing({ message, install }: Missing): void {
    this.say("migfix is not installed", `${message} ${install}`, vscode.LanguageStatusSeverity.Warning);
  }

  failed(why: string): void {
    this.say("migfix did not start", why, vscode.LanguageStatusSeverity.Error);
  }

  private say(text: string, detail: string, severity: vscode.LanguageStatusSeverity): void {
    this.item.busy = false;
    Object.assign(this.item, { text, detail, severity });
  }

  dispose(): void {
    this.item.dispose();
  }
}
