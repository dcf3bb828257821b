// Writes the .vsix: a zip with the extension and the two files that VS Code's installer reads. The same input gives the
// same bytes. No network, and no program but node.
import { createWriteStream, existsSync, readFileSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const FILES = {
  "README.md": "README.md",
  "CHANGELOG.md": "CHANGELOG.md",
  "LICENSE.txt": "../../LICENSE",
  "THIRD-PARTY.txt": "dist/THIRD-PARTY.txt",
  "dist/extension.js": "dist/extension.js",
  "images/icon.png": "images/icon.png",
  "images/hover.png": "images/hover.png",
  "images/quick-fix.png": "images/quick-fix.png",
};
const TYPES = { js: "application/javascript", json: "application/json", md: "text/markdown", png: "image/png", txt: "text/plain", vsixmanifest: "text/xml" };
const OPTIONS = { mtime: new Date(2000, 0, 1), mode: 0o100644 };

const xml = (text) => String(text).replace(/[<>&"]/g, (c) => ({ "<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;" })[c]);

const vsixManifest = () => `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="${xml(manifest.name)}" Version="${xml(manifest.version)}" Publisher="${xml(manifest.publisher)}"/>
    <DisplayName>${xml(manifest.displayName)}</DisplayName>
    <Description xml:space="preserve">${xml(manifest.description)}</Description>
    <Tags>${xml(manifest.keywords.join(","))}</Tags>
    <Categories>${xml(manifest.categories.join(","))}</Categories>
    <GalleryFlags>Public</GalleryFlags>
    <Properties>
      <Property Id="Microsoft.VisualStudio.Code.Engine" Value="${xml(manifest.engines.vscode)}"/>
      <Property Id="Microsoft.VisualStudio.Code.ExtensionKind" Value="workspace"/>
    </Properties>
    <License>extension/LICENSE.txt</License>
    <Icon>extension/${xml(manifest.icon)}</Icon>
  </Metadata>
  <Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation>
  <Dependencies/>
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/README.md" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.Changelog" Path="extension/CHANGELOG.md" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.License" Path="extension/LICENSE.txt" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Icons.Default" Path="extension/${xml(manifest.icon)}" Addressable="true"/>
  </Assets>
</PackageManifest>
`;

const contentTypes = () => `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
${Object.entries(TYPES).map(([ending, type]) => `  <Default Extension=".${ending}" ContentType="${type}"/>`).join("\n")}
</Types>
`;

const { scripts: _scripts, devDependencies: _dev, private: _private, ...shipped } = manifest;
const missing = Object.values(FILES).filter((name) => !existsSync(name));
if (missing.length) throw new Error(`not there: ${missing.join(", ")}; run npm run build first`);

const zip = new ZipFile();
const text = (content, name) => zip.addBuffer(Buffer.from(content), name, OPTIONS);
text(vsixManifest(), "extension.vsixmanifest");
text(contentTypes(), "[Content_Types].xml");
text(`${JSON.stringify(shipped, null, 2)}\n`, "extension/package.json");
for (const [name, file] of Object.entries(FILES)) zip.addBuffer(readFileSync(file), `extension/${name}`, OPTIONS);
zip.end();

const target = `${manifest.name}-${manifest.version}.vsix`;
await pipeline(zip.outputStream, createWriteStream(target));
console.log(`${target} (${zip.outputStreamCursor} bytes)`);
