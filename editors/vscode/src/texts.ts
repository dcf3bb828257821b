// Texts that are shown and never saved: previews of a rewrite, explanations of a rule.

import * as vscode from "vscode";

export const SCHEME = "migfix-text";

/** What the server answers to `migfix.preview` and `migfix.explain`. */
export interface Shown {
  name: string;
  language: string;
  text: string;
}

export class Texts implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }

  /** Shows the answer of a command when it is a text; gives it back in any case. */
  async shown(answer: unknown): Promise<unknown> {
    if (isShown(answer)) await this.show(answer);
    return answer;
  }

  /** A text of the same name is replaced where it is open. */
  async show({ name, language, text }: Shown): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}` });
    this.texts.set(uri.toString(), text);
    this.changed.fire(uri);
    if (language === "markdown") {
      await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
      return;
    }
    const document = await vscode.languages.setTextDocumentLanguage(await vscode.workspace.openTextDocument(uri), language);
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true, preserveFocus: true });
  }

  forget(): void {
    this.texts.clear();
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}

function isShown(answer: unknown): answer is Shown {
  const { name, language, text } = (answer ?? {}) as Partial<Shown>;
  return typeof name === "string" && typeof language === "string" && typeof text === "string";
}
