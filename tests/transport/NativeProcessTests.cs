using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>A program that cannot be run leaves this one as it was. That it can be, <c>apilb run</c> shows with HTTP listeners.</summary>
public sealed class NativeProcessTests
{
    [Theory]
    [InlineData("/nonexistent", Errno.NoSuchFile)]
    [InlineData("/etc/passwd", Errno.Access)]
    public void WhatCannotBeRun_AnswersWithTheErrno(string path, int errno) =>
        Assert.Equal(-errno, NativeProcess.Become(path, "name\0"u8, "A=1\0B=\0"u8));
}
