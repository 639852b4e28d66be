/**
 * Colours of one theme, as `#rrggbb`: custom properties of the page by these names.
 * Every text colour has a contrast of at least 4.5 : 1 on both grounds, every line that is looked at
 * one of 3 : 1 (tested).
 */
export interface Palette {
  readonly ground: string;
  readonly card: string;
  readonly line: string;
  readonly text: string;
  readonly quiet: string;
  readonly link: string;
  readonly drift: string;
  readonly calm: string;
  readonly unsure: string;
  /** Filled, for the reference, with an edge around it. */
  readonly reference: string;
  readonly 'reference-edge': string;
  /** Drawn as a line, for the current data. */
  readonly current: string;
  readonly 'reference-text': string;
  readonly 'current-text': string;
}

export const LIGHT: Palette = {
  ground: '#f6f5f1',
  card: '#fffefb',
  line: '#dedbd2',
  text: '#23231f',
  quiet: '#5f5e57',
  link: '#1c5d8a',
  drift: '#a83a12',
  calm: '#2b6a48',
  unsure: '#6b5c14',
  reference: '#b9c3cd',
  'reference-edge': '#84919e',
  current: '#c2470f',
  'reference-text': '#4d5b69',
  'current-text': '#a83a12',
};

export const DARK: Palette = {
  ground: '#171816',
  card: '#1f211f',
  line: '#383a36',
  text: '#ecebe5',
  quiet: '#a9a89f',
  link: '#8cc4ee',
  drift: '#ff9d6b',
  calm: '#86cfa3',
  unsure: '#dcc766',
  reference: '#4a5663',
  'reference-edge': '#7b8998',
  current: '#ff8d54',
  'reference-text': '#a9b8c7',
  'current-text': '#ff9d6b',
};
