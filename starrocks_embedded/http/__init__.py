"""The HTTP ports: of a front end, which leads clients on, and of a back end, which takes what they load."""
