/** Decoded messages: 64-bit integers are numbers, absent fields have the defaults of proto3. */

export interface ModelRequest {
  readonly name: string;
  /** Empty: the version that answers. */
  readonly version: string;
}

export interface TensorContents {
  readonly bool_contents: readonly boolean[];
  readonly int_contents: readonly number[];
  readonly int64_contents: readonly number[];
  readonly uint_contents: readonly number[];
  readonly uint64_contents: readonly number[];
  readonly fp32_contents: readonly number[];
  readonly fp64_contents: readonly number[];
  readonly bytes_contents: readonly Buffer[];
}

export interface InputTensorMessage {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly contents: TensorContents | null;
  readonly parameters: Parameters;
}

export interface ModelInferRequest {
  readonly model_name: string;
  readonly model_version: string;
  readonly id: string;
  readonly inputs: readonly InputTensorMessage[];
  readonly outputs: readonly { readonly name: string }[];
  /** One for each input; empty where the inputs have contents. */
  readonly raw_input_contents: readonly Buffer[];
}

export type Parameters = { readonly [name: string]: Parameter };
export type Parameter = { readonly string_param: string };

export interface OutputTensorMessage {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly parameters?: Parameters;
  readonly contents?: Partial<TensorContents>;
}

export interface ModelInferResponse {
  readonly model_name: string;
  readonly model_version: string;
  readonly id: string;
  readonly parameters: Parameters;
  readonly outputs: readonly OutputTensorMessage[];
  readonly raw_output_contents: readonly Buffer[];
}
