fine

