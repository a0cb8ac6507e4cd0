package dev.sallyport.mcp.openapi;

import java.util.Optional;

/** Says how calls of a tool are sent by the definition that is approved now. */
@FunctionalInterface
public interface ApprovedRequests {
  /** The digest of that; empty if no definition of the tool is approved. */
  Optional<String> digest(String tool);
}
