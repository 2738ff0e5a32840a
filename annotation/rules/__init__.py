"""The rules of the test that need neither database nor page (pure), by subject."""
