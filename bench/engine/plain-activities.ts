/** What the no-op step does: hands on what it was given. */
export async function handOn(values: { readonly value: string }): Promise<{ value: string }> {
  return { ...values };
}
