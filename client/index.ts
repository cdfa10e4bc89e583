export { awaitsApproval } from './awaits-approval';
export { createLuminateClient } from './create-luminate-client';
export { LuminateProblem } from './problem';
export type { ClientOptions, FileAnswer, LuminateClient } from './client';
export type { Answer } from './exchange';
export type { WaitSettings } from './follow';
export type {
  BodyOf,
  CallArguments,
  CallOptions,
  CallSettings,
  DataOf,
  FilePath,
  ItemOf,
  ListPath,
  Method,
  PathOf,
  Pieces,
  Schemas,
  UploadContent,
  UploadOptions,
  UploadPath,
} from './operations';
export type { Fault, ProblemCode, ProblemParts } from './problem';
export type { paths } from './generated/paths';
