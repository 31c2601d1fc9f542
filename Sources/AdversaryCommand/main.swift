print("adversary")
