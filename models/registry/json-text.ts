/** JSON as a text column holds it; the type says what it is the JSON of. */
export type JsonText<T> = string & { readonly __jsonOf?: T };

export function toJson<T>(value: T): JsonText<T> {
  return JSON.stringify(value);
}

/** The registry wrote the text itself, so its type is trusted. */
export function fromJson<T>(text: JsonText<T>): T {
  return JSON.parse(text) as T;
}

export function toJsonOrNull<T>(value: T | null): JsonText<T> | null {
  return value === null ? null : toJson(value);
}

export function fromJsonOrNull<T>(text: JsonText<T> | null): T | null {
  return text === null ? null : fromJson(text);
}
