/** The one script of most pages: their theme. Without it a page lacks the button alone. */
export const THEME_SCRIPT = `(() => {
  const root = document.documentElement;
  const button = document.getElementById('theme');
  const isDark = () =>
    (root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
  const name = () => {
    button.textContent = isDark() ? 'Light theme' : 'Dark theme';
  };
  button.hidden = false;
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    name();
  });
  name();
})();`;
