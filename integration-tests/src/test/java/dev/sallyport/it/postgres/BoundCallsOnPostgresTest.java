package dev.sallyport.it.postgres;

import dev.sallyport.identity.testing.TestingDatabase;
import dev.sallyport.mcp.approval.BoundCallsTest;

class BoundCallsOnPostgresTest extends BoundCallsTest {
  @Override
  protected TestingDatabase newDatabase() {
    return TestingPostgres.database("mcp");
  }
}
