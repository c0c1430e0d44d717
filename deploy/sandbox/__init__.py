"""The outside world in small: a storefront and a Completeful that speak the real protocols.

Each is an ASGI app of its own (`build_app(settings)`), reached only over HTTP, and knows nothing
of the services. Real systems take their place by changing base URLs and keys.
"""
