package dev.sallyport.mcp.registry;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Starts programs. */
@FunctionalInterface
public interface ProcessLauncher {
  /**
   * Starts one with nothing of our environment.
   *
   * @param environment all the variables that it gets
   * @param isolated whether in a sandbox; then never without
   */
  Process launch(
      String name, List<String> command, Map<String, String> environment, boolean isolated)
      throws IOException;
}
