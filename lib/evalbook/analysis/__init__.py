"""Reading an evaluation: explain one number, margins."""
