/**
 * The page's one script: opens all cards, the card that a link names, and everything for print;
 * changes the theme; copies the table. Without it the page lacks its buttons alone.
 */
export const SCRIPT = `(() => {
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const cards = [...document.querySelectorAll('details.column')];
  const button = (id, act) => {
    const element = byId(id);
    if (element === null) return;
    element.hidden = false;
    element.addEventListener('click', () => act(element));
  };

  const isDark = () =>
    (root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
  const nameTheme = (element) => {
    element.textContent = isDark() ? 'Light theme' : 'Dark theme';
  };
  button('theme', (element) => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    nameTheme(element);
  });
  nameTheme(byId('theme'));

  button('open-all', (element) => {
    const open = cards.some((card) => !card.open);
    for (const card of cards) card.open = open;
    element.textContent = open ? 'Close all' : 'Open all';
  });

  const openNamed = () => {
    const card = byId(location.hash.slice(1));
    if (card === null || !cards.includes(card)) return;
    card.open = true;
    card.scrollIntoView();
  };
  addEventListener('hashchange', openNamed);
  openNamed();

  addEventListener('beforeprint', () => {
    for (const card of cards) card.open = true;
  });

  const tabSeparated = () =>
    [...byId('numbers').rows]
      .map((row) =>
        [...row.cells]
          .map((cell) => (cell.dataset.value ?? cell.textContent).replace(/[\\t\\r\\n]+/g, ' '))
          .join('\\t'),
      )
      .join('\\n');
  const say = (text) => {
    byId('copied').textContent = text;
  };
  const copied = () => say((byId('numbers').rows.length - 1) + ' rows copied');
  const select = () => {
    getSelection().selectAllChildren(byId('numbers'));
    say('Selected: copy it with the keyboard');
  };
  button('copy', () => {
    // A page that was opened from a file may have no clipboard: then the table is selected.
    if (navigator.clipboard === undefined) select();
    else navigator.clipboard.writeText(tabSeparated()).then(copied, select);
  });
})();`;
