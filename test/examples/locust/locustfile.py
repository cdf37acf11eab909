from locust import FastHttpUser, between, task


class Shopper(FastHttpUser):
    wait_time = between(0.01, 0.05)

    @task(3)
    def look(self):
        self.client.get("/products")

    @task
    def search(self):
        self.client.get("/search?q=shoes", name="/search")

    @task
    def buy(self):
        with self.client.post("/cart", json={"id": 7}, catch_response=True) as response:
            if response.status_code != 201:
                response.failure("not in the cart")
