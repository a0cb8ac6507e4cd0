package dev.sallyport.it.postgres;

import dev.sallyport.identity.testing.TestingDatabase;
import dev.sallyport.llm.budget.BudgetsTest;

class BudgetsOnPostgresTest extends BudgetsTest {
  @Override
  protected TestingDatabase newDatabase() {
    return TestingPostgres.database("llm");
  }
}
