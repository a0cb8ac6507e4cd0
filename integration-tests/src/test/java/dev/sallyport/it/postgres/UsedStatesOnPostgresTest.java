package dev.sallyport.it.postgres;

import dev.sallyport.identity.testing.TestingDatabase;
import dev.sallyport.mcp.UsedStatesTest;

class UsedStatesOnPostgresTest extends UsedStatesTest {
  @Override
  protected TestingDatabase newDatabase() {
    return TestingPostgres.database("mcp");
  }
}
