package dev.sallyport.gateway.demo.peer;

import java.util.List;

/** How a peer is run as a process of its own. */
final class PeerJvm {
  private PeerJvm() {}

  static String java() {
    return ProcessHandle.current().info().command().orElseThrow();
  }

  static List<String> arguments(Class<?> main) {
    return List.of(
        "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), main.getName());
  }
}
