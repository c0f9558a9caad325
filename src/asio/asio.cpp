// The compiled half of Boost.Asio and Boost.Beast: everywhere else their headers only declare it.

#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
