/**
 * Thrown when set-up cannot go on. The message says what is wrong, the hint what to do, and the
 * detail is what a failed command printed last.
 */
export class SetupError extends Error {
  /**
   * @param {string} message
   * @param {string} hint
   * @param {string} [detail]
   */
  constructor(message, hint, detail) {
    super(message);
    this.name = 'SetupError';
    this.hint = hint;
    this.detail = detail;
  }
}
