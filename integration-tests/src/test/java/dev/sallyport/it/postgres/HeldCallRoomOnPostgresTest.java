package dev.sallyport.it.postgres;

import dev.sallyport.identity.testing.TestingDatabase;
import dev.sallyport.mcp.approval.HeldCallRoomTest;

class HeldCallRoomOnPostgresTest extends HeldCallRoomTest {
  @Override
  protected TestingDatabase newDatabase() {
    return TestingPostgres.database("mcp");
  }
}
