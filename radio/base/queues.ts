/** Holds at most one item; a newer one replaces the older, which is given to `discard`. */
export class Latest<T> {
  readonly #discard: (stale: T) => void;
  #item: T | undefined;

  constructor(discard: (stale: T) => void = () => {}) {
    this.#discard = discard;
  }

  put(item: T): void {
    const stale = this.#item;
    this.#item = item;
    if (stale !== undefined) this.#discard(stale);
  }

  /** Takes the item out; the caller owns it. */
  take(): T | undefined {
    const item = this.#item;
    this.#item = undefined;
    return item;
  }
}

/** First in, first out, at most `limit` items; when full the oldest is given to `discard`. */
export class DropOldest<T> {
  readonly #limit: number;
  readonly #discard: (stale: T) => void;
  readonly #items: T[] = [];
  /** Items dropped because the queue was full. */
  dropped = 0;

  constructor(limit: number, discard: (stale: T) => void = () => {}) {
    this.#limit = limit;
    this.#discard = discard;
  }

  get length(): number {
    return this.#items.length;
  }

  put(item: T): void {
    if (this.#items.length >= this.#limit) {
      this.dropped++;
      this.#discard(this.#items.shift() as T);
    }
    this.#items.push(item);
  }

  take(): T | undefined {
    return this.#items.shift();
  }

  clear(): void {
    for (const item of this.#items.splice(0)) this.#discard(item);
  }
}
