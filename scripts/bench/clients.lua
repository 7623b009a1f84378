-- Asks as a random client each time: the cookies are the lines of the file at COOKIES.
local requests = {}

function init()
   for cookie in io.lines(os.getenv("COOKIES")) do
      requests[#requests + 1] = wrk.format(nil, nil, { Cookie = cookie })
   end
end

function request()
   return requests[math.random(#requests)]
end
