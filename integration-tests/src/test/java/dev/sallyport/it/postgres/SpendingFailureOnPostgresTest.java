package dev.sallyport.it.postgres;

import dev.sallyport.identity.testing.TestingDatabase;
import dev.sallyport.llm.budget.SpendingFailureTest;

class SpendingFailureOnPostgresTest extends SpendingFailureTest {
  @Override
  protected TestingDatabase newDatabase() {
    return TestingPostgres.database("llm");
  }
}
