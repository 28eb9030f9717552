namespace ApiLb.Tcp;

/// <summary>Where a field of a ClientHello is, counted in bytes of the message: the headers of records are not part of it.</summary>
/// <param name="Start">Of its first byte, from the message's own first byte.</param>
/// <param name="Length">0: the field is not there.</param>
internal readonly record struct HelloField(int Start, int Length);
