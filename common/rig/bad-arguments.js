/** Expects that the call fails with `INVALID_ARGUMENT`, now or later, with a text that names what is wrong. */
exports.expectRefused = async (call, named) => {
  await expect((async () => await call())()).rejects.toMatchObject({
    name: 'NetworkError',
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining(named)
  })
}
