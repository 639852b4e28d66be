/** A value of a stored profile with its place in it, which errors name. */
export class StoredValue {
  constructor(
    readonly value: unknown,
    readonly place: string,
  ) {}

  /** @throws RangeError always: what this value is, and what it should be */
  refuse(wanted: string): never {
    throw new RangeError(`${this.place} is ${shown(this.value)}; it must be ${wanted}`);
  }

  /** A key of this object. */
  get(key: string): StoredValue {
    const { value } = this;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return this.refuse('an object');
    }
    const found: unknown = Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
    return new StoredValue(found, this.place === '' ? key : `${this.place}.${key}`);
  }

  items(): readonly StoredValue[] {
    if (!Array.isArray(this.value)) return this.refuse('a list');
    return this.value.map((item, i) => new StoredValue(item, `${this.place}[${i}]`));
  }

  get isNull(): boolean {
    return this.value === null;
  }

  /** A finite number. */
  number(): number {
    const { value } = this;
    return typeof value === 'number' && Number.isFinite(value) ? value : this.refuse('a number');
  }

  /** A whole number ≥ 0. */
  count(): number {
    const value = this.number();
    return Number.isInteger(value) && value >= 0 ? value : this.refuse('a whole number from 0');
  }

  text(): string {
    return typeof this.value === 'string' ? this.value : this.refuse('text');
  }

  boolean(): boolean {
    return typeof this.value === 'boolean' ? this.value : this.refuse('true or false');
  }

  oneOf<T extends string>(choices: readonly T[]): T {
    const found = choices.find((choice) => choice === this.value);
    return found ?? this.refuse(`one of ${choices.join(', ')}`);
  }

  /** What `read` makes of it, or `null` where it is null. */
  optional<T>(read: (value: StoredValue) => T): T | null {
    return this.isNull ? null : read(this);
  }
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
