import { Markup, markup } from './markup.js';
import { securityPolicy } from './security-policy.js';

/** What a page says of itself. */
export interface AboutPage {
  /** When it was made, RFC 3339. */
  readonly generatedAt: string;
  /** Of millrace; left out where its maker does not know. */
  readonly version?: string;
}

export interface PageContent {
  /** Of the browser's tab. */
  readonly title: string;
  readonly style: string;
  /** One that at least names and changes the theme. */
  readonly script: string;
  /** What the keyboard may skip to: the `id` of a heading, and its name. */
  readonly skipTo: { readonly id: string; readonly name: string };
  /** What the page is about, above its headline. */
  readonly eyebrow: string;
  /** The headline and what else is of the head. */
  readonly head: Markup;
  readonly main: Markup;
  /** After who made it and when; `null`: nothing. */
  readonly footnote: string | null;
}

/**
 * One self-contained HTML page: no network, no file beside it. What comes from data is escaped, and
 * a Content-Security-Policy keeps the page from doing anything but showing itself.
 */
export function pageFrame(content: PageContent, about: AboutPage): string {
  const { title, style, script, skipTo, eyebrow, head, main, footnote } = content;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${securityPolicy(style, script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<a class="skip" href="#${skipTo.id}">Skip to the ${skipTo.name}</a>
<header>
<div class="heading"><p class="eyebrow"><bdi>${eyebrow}</bdi></p><button type="button" id="theme" hidden>Theme</button></div>
${head}
</header>
<main>
${main}</main>
<footer><p>Made by millrace${about.version === undefined ? null : ` ${about.version}`} at <time datetime="${about.generatedAt}">${about.generatedAt}</time>.${footnote === null ? null : ` ${footnote}`}</p></footer>
<script>${new Markup(script)}</script>
</body>
</html>
`;
  return page.html;
}
