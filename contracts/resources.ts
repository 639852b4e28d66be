/** What the process of a step may use. */
export interface ResourceSpec {
  /** Threads of numerical libraries; a part of a processor counts as a whole one. */
  readonly cpu?: number;
  /** Of address space. */
  readonly memoryBytes?: number;
  /** Devices that no other step of the worker uses meanwhile. */
  readonly gpu?: number;
}
