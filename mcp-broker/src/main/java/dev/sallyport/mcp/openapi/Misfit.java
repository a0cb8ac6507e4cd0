package dev.sallyport.mcp.openapi;

import java.util.Locale;

/** Why an operation cannot be a tool. Its label is shown to administrators. */
enum Misfit {
  /** A part of it is not what OpenAPI says it is. */
  INVALID_OPERATION,
  /** It points to another document. */
  REMOTE_REFERENCE,
  /** It points to nothing, or round in a circle. */
  BROKEN_REFERENCE,
  /** A schema of it uses what cannot be put into one schema, such as {@code $id}. */
  UNSUPPORTED_SCHEMA,
  /** It is called by a method that is not sent. */
  UNSUPPORTED_METHOD,
  /** A parameter stands in a place, or in a form, that is not known. */
  UNSUPPORTED_PARAMETER,
  /** A header that is not a caller's to set is required. */
  FORBIDDEN_HEADER,
  /** Two parameters cannot be told apart. */
  AMBIGUOUS_PARAMETERS,
  /** Its path is none that can be sent. */
  INVALID_PATH,
  /** The parameters of its path are not those that it declares. */
  PATH_PARAMETERS_DIFFER,
  /** Its body is of a media type, or in a form, that is not sent. */
  UNSUPPORTED_BODY,
  /** It is at another address than the rest. */
  OTHER_ADDRESS,
  /** It needs a credential, and the server has none. */
  NEEDS_CREDENTIAL,
  /** It needs a credential in another place than the one where the server's credential goes. */
  CREDENTIAL_ELSEWHERE;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
