package dev.sallyport.it.postgres;

import dev.sallyport.identity.testing.TestingDatabase;
import dev.sallyport.llm.budget.SpendingTest;

class SpendingOnPostgresTest extends SpendingTest {
  @Override
  protected TestingDatabase newDatabase() {
    return TestingPostgres.database("llm");
  }
}
