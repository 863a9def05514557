import os

wsgi_app = "guestbook.wsgi"
bind = "0.0.0.0:" + os.environ.get("PORT", "8000")
workers = 1
threads = 8
# Longer than the load balancer keeps a connection that nobody uses, so that it is never this side that closes one just
# as a request comes.
keepalive = 75
graceful_timeout = 30
worker_tmp_dir = "/dev/shm"
accesslog = "-"
