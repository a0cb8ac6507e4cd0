package dev.sallyport.it.postgres;

import dev.sallyport.identity.testing.TestingDatabase;
import dev.sallyport.mcp.approval.HeldCallsTest;

class HeldCallsOnPostgresTest extends HeldCallsTest {
  @Override
  protected TestingDatabase newDatabase() {
    return TestingPostgres.database("mcp");
  }
}
