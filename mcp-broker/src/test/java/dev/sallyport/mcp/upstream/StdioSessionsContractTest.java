package dev.sallyport.mcp.upstream;

import dev.sallyport.mcp.testing.StdioProgram;
import org.junit.jupiter.api.AfterAll;

class StdioSessionsContractTest extends UpstreamContract {
  private static final TestingProcesses PROCESSES = new TestingProcesses();
  private static final StdioUpstream UPSTREAM =
      PROCESSES.upstream(StdioProgram.command("sessions"));

  @AfterAll
  static void stop() {
    UPSTREAM.close();
  }

  @Override
  Upstream upstream() {
    return UPSTREAM;
  }

  @Override
  boolean isStateless() {
    return false;
  }
}
