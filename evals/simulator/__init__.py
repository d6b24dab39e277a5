"""A loopback server with the OpenAI and Anthropic protocols and a known truth behind them."""
