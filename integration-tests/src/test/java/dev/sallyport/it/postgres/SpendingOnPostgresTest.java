package dev.sallyport.it.postgres;

import dev.sallyport.llm.budget.SpendingTest;
import dev.sallyport.identity.testing.TestingDatabase;

class SpendingOnPostgresTest extends SpendingTest {
  @Override
  protected TestingDatabase newDatabase() {
    return TestingPostgres.database("llm");
  }
}
