"""The forecast of demand and cost: pure functions, one module a step of the model."""
