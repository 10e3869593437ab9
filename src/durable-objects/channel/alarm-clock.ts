export interface AlarmStorage {
  setAlarm(at: number): Promise<void>;
  deleteAlarm(): Promise<void>;
}

/** A channel's one alarm. Each change is a row written, so one that comes soon enough is left alone. */
export class AlarmClock {
  #storage: AlarmStorage;
  #now: () => number;
  #armedFor = 0;

  constructor(storage: AlarmStorage, now: () => number) {
    this.#storage = storage;
    this.#now = now;
  }

  async arm(at: number): Promise<void> {
    if (this.#armedFor > this.#now() && this.#armedFor <= at + 100) return;
    this.#armedFor = at;
    await this.#storage.setAlarm(at);
  }

  /** It came. */
  rang(): void {
    this.#armedFor = 0;
  }

  /** There is nothing left to wake for. */
  async disarm(): Promise<void> {
    if (this.#armedFor <= this.#now()) return;
    this.#armedFor = 0;
    await this.#storage.deleteAlarm();
  }
}
